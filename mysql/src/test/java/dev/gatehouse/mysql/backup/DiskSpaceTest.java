package dev.gatehouse.mysql.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.testkit.At;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.OwnServer;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.MySql;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.Targets;
import dev.gatehouse.mysql.session.Sessions;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Room is measured where the server's own files are seen, and nowhere else. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class DiskSpaceTest {
  @Parameter Served served = Served.all().get(0);
  @TempDir Path directory = Path.of("");

  static List<Served> servers() {
    return Served.share(DiskSpaceTest.class);
  }

  @Test
  void measured_here_too_little_or_unknown() throws Exception {
    try (Backups backups = new Backups(served, directory)) {
      backups.execute("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)");
      Outcome enough = At.ask(backups.target, MySql.spaceForRestore());
      assertThat(enough.status()).as(enough.toString()).isEqualTo(Status.PASSED);
      assertThat(enough.toString()).contains("needed=", "free=");
      assertThat(TableExchange.INSTANCE.refuseUnrestorable(backups.target).toString())
          .contains("room for a second copy: needs ", " are free, in ");
      try (Connection session = Sessions.writing(backups.target)) {
        DiskSpace space = DiskSpace.needed(session).atLeast(Long.MAX_VALUE / 4).measured(session);
        assertThat(space.isTooSmall()).isTrue();
        assertThat(space.finding().text()).contains("restore.space", " bytes free, in ");
      }
      Account poor = backups.database.newAccount("poor");
      for (String grant :
          List.of(
              "GRANT SELECT ON `" + backups.database.name() + "`.* TO ",
              "GRANT CREATE, SELECT, INSERT, UPDATE ON gatehouse.* TO ")) {
        backups.execute(grant + "'" + poor.name() + "'@'%'");
      }
      Outcome unknown = At.ask(Targets.of(backups.database, poor), MySql.spaceForRestore());
      assertThat(unknown.status()).isEqualTo(Status.INCONCLUSIVE);
      assertThat(At.said(unknown)).contains("restore.space-unknown", "df on the server");
    }
  }

  /** Without a log nothing shows that files of that name are its own. */
  @Test
  void a_server_without_a_log_is_not_measured() throws Exception {
    String off = TypeZoo.isMariaDb(served) ? "skip-log-bin" : "disable-log-bin";
    try (OwnServer server = served.engine().another(data -> {}, off);
        TestDatabase database = server.database()) {
      database.run("CREATE TABLE t (id INT PRIMARY KEY)");
      Outcome unknown = At.ask(Targets.of(database), MySql.spaceForRestore());
      assertThat(unknown.status()).isEqualTo(Status.INCONCLUSIVE);
    }
  }
}
