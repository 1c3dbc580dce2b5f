select id from docs where addr << inet '10.7.7.0/24'
