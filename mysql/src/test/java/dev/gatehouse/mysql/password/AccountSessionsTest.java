package dev.gatehouse.mysql.password;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.PasswordMethod;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.MySql;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.Targets;
import java.sql.Connection;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AccountSessionsTest {

  static List<Served> engines() {
    return Served.all();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_user_in_other_letters_is_another_one(Served served) throws Exception {
    try (TestDatabase database = served.engine().database()) {
      Account app = database.newAccount("app");
      Account twin =
          new Account(
              app.name().toUpperCase(Locale.ROOT), Secret.of("twin", "Twin-1".toCharArray()));
      String quoted = "'" + twin.name() + "'@'%'";
      database.run("CREATE USER " + quoted + " IDENTIFIED BY 'Twin-1'");
      for (String user : List.of(app.name(), twin.name())) {
        database.run("GRANT ALL ON " + database.name() + ".* TO '" + user + "'@'%'");
      }
      try (Connection of = database.connect(app);
          Connection other = database.connect(twin);
          Connection admin = MySql.dialect().openWriting(Targets.of(database))) {
        var ended = new PasswordMethod.Account(app.name() + "@%", app.name(), false, false);
        AccountSessions.INSTANCE.requireEnding(admin, ended);
        assertThat(AccountSessions.INSTANCE.open(admin, ended)).isEqualTo("1");
        assertThat(AccountSessions.INSTANCE.end(admin, ended)).isEqualTo(1);
        assertThat(of.isValid(2)).isFalse();
        assertThat(Sql.one(other, "SELECT CURRENT_USER()")).isEqualTo(twin.name() + "@%");
      } finally {
        database.run("DROP USER " + quoted);
      }
    }
  }
}
