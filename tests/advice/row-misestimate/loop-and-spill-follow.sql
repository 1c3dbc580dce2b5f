select c.id, c.note, d.name from calls c join devs d on d.id = c.device where c.country = 'c7' and c.language = 'l7' order by md5(c.note)
