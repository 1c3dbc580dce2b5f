select sum(length(note)) from big where k in (7, 208, 409, 610, 811)
