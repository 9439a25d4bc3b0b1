SELECT $ä$;$a$;$ä$;
SELECT 'ü';