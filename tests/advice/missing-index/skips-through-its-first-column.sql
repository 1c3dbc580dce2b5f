select * from visits where visitor = 4711
