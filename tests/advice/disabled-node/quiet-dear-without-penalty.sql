select dear(id) from big order by note, id
