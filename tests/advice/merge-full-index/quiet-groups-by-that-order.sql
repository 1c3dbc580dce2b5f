select m.account, sum(m.amount), max(a.pad) from moves m join accounts a on a.id = m.account group by m.account
