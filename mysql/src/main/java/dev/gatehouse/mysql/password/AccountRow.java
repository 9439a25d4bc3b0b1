package dev.gatehouse.mysql.password;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.sql.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * How an account logs in, without its verifiers.
 *
 * @param two whether the server accepts a second way for it
 */
record AccountRow(String user, String host, String plugin, boolean locked, boolean two, Form form) {
  private static final String MYSQL =
      "SELECT User AS user, Host AS host, plugin, account_locked = 'Y' AS locked,"
          + " COALESCE(JSON_CONTAINS_PATH(User_attributes, 'one', '$.additional_password'), 0) AS"
          + " two FROM mysql.user WHERE User = ?";

  private static final String MARIADB =
      "SELECT User AS user, Host AS host, COALESCE(JSON_VALUE(Priv, '$.plugin'), '') AS plugin,"
          + " COALESCE(JSON_VALUE(Priv, '$.account_locked'), 0) AS locked,"
          + " COALESCE(JSON_LENGTH(Priv, '$.auth_or') > 1, 0) AS two FROM mysql.global_priv WHERE User = ?"
          + " AND NOT COALESCE(JSON_VALUE(Priv, '$.is_role'), 0)";

  static List<AccountRow> of(Connection connection, String user) throws SQLException {
    Form form = Form.of(connection);
    return Queries.rows(
        connection, form == Form.RETAINED ? MYSQL : MARIADB, row -> of(row, form), user);
  }

  private static AccountRow of(Row row, Form form) {
    return new AccountRow(
        row.text("user"),
        row.text("host"),
        row.text("plugin"),
        row.text("locked").equals("1") || row.text("locked").equals("true"),
        row.text("two").equals("1"),
        form);
  }

  String name() {
    return user + "@" + host;
  }

  String quoted() {
    return SqlNames.quotedAsIs(user) + "@" + SqlNames.quotedAsIs(host);
  }
}
