package dev.gatehouse.postgres.password;

import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Ways in that a new password of a role does not close. */
final class Doors {
  private static final String MAY =
      "SELECT has_table_privilege('pg_catalog.pg_hba_file_rules', 'SELECT') AND"
          + " has_function_privilege('pg_catalog.pg_hba_file_rules()', 'EXECUTE')";

  /**
   * Lines that match the role and ask for another proof than its password, and those that the
   * server cannot read, as the file stands now (manual, pg_hba_file_rules). A line behind another
   * that takes its logins is told as well.
   */
  private static final String LINES =
      "SELECT CASE WHEN r.error IS NOT NULL THEN 'UNKNOWN what line ' || r.line_number || ' of"
          + " pg_hba.conf lets in: ' || r.error ELSE concat_ws(' ', 'line', r.line_number, 'of"
          + " pg_hba.conf:', r.type, array_to_string(r.database, ','), array_to_string(r.user_name,"
          + " ','), r.address, r.netmask, r.auth_method) || ', which asks for no password that the"
          + " server keeps' END FROM pg_hba_file_rules r WHERE r.error IS NOT NULL OR"
          + " (r.auth_method NOT IN ('password', 'md5', 'scram-sha-256', 'reject') AND EXISTS"
          + " (SELECT FROM unnest(r.user_name) u WHERE u IN ('all', ?) OR u LIKE '/%' OR EXISTS"
          + " (SELECT FROM pg_roles g WHERE u = '+' || g.rolname AND pg_has_role(?, g.oid,"
          + " 'MEMBER')))) ORDER BY r.line_number";

  private Doors() {}

  static List<String> of(Connection reading, String role) throws SQLException {
    List<String> doors = new ArrayList<>();
    if (Queries.isTrue(reading, MAY)) {
      doors.addAll(Queries.column(reading, LINES, role, role));
    } else {
      String own = SqlNames.quoted(Queries.pinned(reading, "SELECT current_user"));
      doors.add(
          "UNKNOWN what lines of pg_hba.conf let it in without a password: GRANT SELECT ON"
              + " pg_hba_file_rules TO "
              + own
              + "; GRANT EXECUTE ON FUNCTION pg_hba_file_rules() TO "
              + own);
    }
    doors.add("what poolers keep of it themselves, such as userlist.txt of PgBouncer");
    return doors;
  }
}
