package dev.gatehouse.postgres.password;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.PasswordMethod;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoleSessionsTest {

  /** One that began since logged in by the new password. */
  @Test
  void only_those_that_were_there_are_ended() throws Exception {
    try (TestDatabase database = EngineUnderTest.onePostgres(RoleSessionsTest.class).database()) {
      Account app = database.newAccount("app");
      var role = new PasswordMethod.Account(app.name(), app.name(), false, false);
      try (Connection admin = database.connect();
          Connection before = database.connect(app)) {
        List<String> ids = RoleSessions.INSTANCE.ids(admin, role);
        try (Connection since = database.connect(app)) {
          RoleSessions.INSTANCE.kill(admin, role, ids);
          assertThat(before.isValid(2)).isFalse();
          assertThat(Sql.one(since, "SELECT 1")).isEqualTo("1");
          assertThat(RoleSessions.INSTANCE.end(admin, role)).isEqualTo(1);
        }
      }
    }
  }
}
