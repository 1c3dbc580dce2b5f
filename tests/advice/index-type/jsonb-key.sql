select id from docs where data ? 'nobody'
