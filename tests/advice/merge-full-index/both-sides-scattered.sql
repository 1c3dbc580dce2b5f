select sum(m.amount), max(a.pad), max(m.pad) from moves m join accounts a on a.id = m.account
