 ;;
-- nothing;
/* ; */ ;
