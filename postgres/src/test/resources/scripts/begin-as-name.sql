CREATE FUNCTION begin(case_end int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE atomic (begin int);