\unrestrict a
