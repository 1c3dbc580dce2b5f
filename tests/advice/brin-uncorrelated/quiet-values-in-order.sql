select sum(length(pad)) from readings where measured between '2026-01-05' and '2026-01-20'
