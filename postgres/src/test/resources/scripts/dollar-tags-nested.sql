CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $body$
BEGIN
  EXECUTE $$SELECT 1; SELECT 2$$;
  RETURN 1; -- $bod$ ;
END $body$;
SELECT $q$;$Q$;$q$;