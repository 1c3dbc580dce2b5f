select id from customers where id > 49900 and email not in (select b.email from blocked b where b.reason <> 'none') order by id
