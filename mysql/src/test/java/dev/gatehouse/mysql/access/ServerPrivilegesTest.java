package dev.gatehouse.mysql.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.session.Products;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each privilege on the whole server is read by the name by which it was granted. */
class ServerPrivilegesTest {

  static List<Served> engines() {
    return Served.all();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void each_is_read_by_its_name(Served served) throws SQLException {
    List<String> read = new ArrayList<>();
    try (Stage stage = Stage.of(served, "app");
        Connection admin = stage.admin()) {
      String app = stage.filled("'{app}'@'%'");
      for (String row : Sql.rows(admin, "SHOW PRIVILEGES")) {
        String name = row.split("\\|")[0].toUpperCase(Locale.ROOT);
        try {
          Sql.run(admin, "GRANT " + name + " ON *.* TO " + app);
        } catch (SQLException e) {
          continue; // it is for something else than the server, or only words for several
        }
        List<Account> accounts = ServerRoles.of(Products.of(admin)).accounts(admin);
        assertThat(
                accounts.stream()
                    .filter(account -> account.is(stage.name("app"), "%"))
                    .findFirst()
                    .orElseThrow()
                    .globals())
            .as(name)
            .containsExactlyElementsOf(name.equals("USAGE") ? List.of() : List.of(name));
        read.add(name);
        Sql.run(admin, "REVOKE ALL PRIVILEGES, GRANT OPTION FROM " + app);
      }
    }
    assertThat(read).hasSizeGreaterThan(28).contains("SUPER", "EXECUTE", "REPLICATION SLAVE");
  }
}
