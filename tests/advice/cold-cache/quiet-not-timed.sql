select sum(length(note)) from big where k in (57, 258, 459, 660, 861)
