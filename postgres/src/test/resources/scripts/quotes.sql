SELECT 'it''s; --', "a;""b", 'a\';
SELECT ';';