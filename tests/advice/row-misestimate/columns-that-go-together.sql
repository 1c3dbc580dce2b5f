select count(*) from cars c join sales s on s.car_id = c.id where c.make = 'make7' and c.model = 'model7-7'
