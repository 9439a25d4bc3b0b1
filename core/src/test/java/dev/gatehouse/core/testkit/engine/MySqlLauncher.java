package dev.gatehouse.core.testkit.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** MySQL and MariaDB: grants are on, nobody is anonymous, and root has a password nobody knows. */
final class MySqlLauncher extends Launcher {
  private static final String ADMIN = "gatehouse_admin";

  /** In this order; a file an older or newer version does not have is not missed. */
  private static final List<String> SYSTEM_TABLES =
      List.of(
          "mariadb_system_tables.sql",
          "mysql_system_tables.sql",
          "mariadb_performance_tables.sql",
          "mysql_performance_tables.sql",
          "mariadb_system_tables_data.sql",
          "mysql_system_tables_data.sql",
          "maria_add_gis_sp_bootstrap.sql",
          "mariadb_sys_schema.sql",
          "mysql_sys_schema.sql");

  private final boolean mariadb;

  MySqlLauncher(Installation installation, List<String> settings, Consumer<Path> finish) {
    super(installation, settings, finish);
    this.mariadb = installation.product() == Product.MARIADB;
  }

  @Override
  Account prepare(Path run) {
    Path template =
        Cache.directory(
            "template-" + installation.label(), mariadb ? this::bootstrap : this::initialise);
    Cache.copy(template, run);
    Certificate.into(run, ownTls() ? Certificate.SHORT : Certificate.USUAL);
    Account admin = new Account(ADMIN, Names.password("admin of the test server"));
    try {
      Path setup =
          Files.createFile(
              run.resolve("setup.sql"),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(setup, setup(admin));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    finish.accept(run.resolve("data"));
    return admin;
  }

  /** Read at each start: what it says the second time must be true already. */
  private static List<String> setup(Account admin) {
    String password = admin.secret().reveal(String::new);
    return List.of(
        // the anonymous account of localhost would be chosen before anybody of '%'
        "DROP USER IF EXISTS ''@'localhost';",
        "ALTER USER 'root'@'localhost' IDENTIFIED BY '"
            + Names.password("root").reveal(String::new)
            + "';",
        "CREATE USER IF NOT EXISTS '" + admin.name() + "'@'%' IDENTIFIED BY '" + password + "';",
        "GRANT ALL PRIVILEGES ON *.* TO '" + admin.name() + "'@'%' WITH GRANT OPTION;");
  }

  private void initialise(Path directory) {
    List<String> command = base(directory);
    command.add("--initialize-insecure");
    run(command, directory, Optional.empty());
  }

  private void bootstrap(Path directory) {
    try {
      Path script = directory.resolve("bootstrap.sql");
      List<String> lines = new ArrayList<>();
      lines.addAll(
          List.of(
              "create database mysql;",
              "create database test;",
              "use mysql;",
              "SET @auth_root_socket=NULL;"));
      Files.createDirectories(directory.resolve("data"));
      for (String name : SYSTEM_TABLES) {
        Path file = installation.share().resolve(name);
        if (Files.exists(file)) {
          lines.addAll(Files.readAllLines(file));
        }
      }
      lines.add("drop database test;");
      Files.write(script, lines);
      List<String> command = base(directory);
      command.add("--bootstrap");
      run(command, directory, Optional.of(script));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run(List<String> command, Path directory, Optional<Path> input) {
    Programs.mustRun(command, installation.environment(), directory, input);
  }

  private List<String> base(Path run) {
    List<String> command =
        new ArrayList<>(
            List.of(
                installation.program(mariadb ? "mariadbd" : "mysqld"),
                "--no-defaults",
                "--basedir=" + installation.base(),
                "--datadir=" + run.resolve("data"),
                // A server that starts removes the temporary tables of all who share the place.
                "--tmpdir=" + run,
                "--lc-messages-dir=" + installation.share(),
                "--character-sets-dir=" + installation.share().resolve("charsets"),
                "--secure-file-priv=" + (mariadb ? "" : "NULL"),
                "--innodb-buffer-pool-size=64M",
                // What a killed server wrote is there without them; nobody cuts the power here.
                "--innodb-flush-method=nosync",
                "--sync-binlog=0",
                "--loose-debug-no-sync"));
    if (OrdinaryUser.isRoot()) {
      command.add("--user=root");
    }
    return command;
  }

  /**
   * MariaDB's own binaries bring a TLS without the processor's help, which took half of all
   * processor time of a login; where every version runs, it is as everybody has it.
   */
  private boolean ownTls() {
    return mariadb
        && installation.servedBy().startsWith(EmbeddedJar.NAME)
        && !EngineUnderTest.everyVersion();
  }

  @Override
  List<String> command(Path run, int port) {
    List<String> command = base(run);
    command.addAll(
        List.of(
            "--port=" + port,
            "--bind-address=127.0.0.1",
            // relative to the data directory: an absolute one may be too long for the system
            "--socket=server.sock",
            "--pid-file=server.pid",
            "--server-id=1",
            "--log-bin=binlog",
            "--ssl-cert=" + run.resolve(Certificate.CERTIFICATE),
            "--ssl-key=" + run.resolve(Certificate.KEY),
            "--init-file=" + run.resolve("setup.sql")));
    if (!mariadb) {
      command.add("--mysqlx=OFF");
    }
    if (!mariadb && installation.version().startsWith("8.0.")) {
      // By itself it takes DHE, which costs the JVM of each session ten times the rest of a login.
      command.add("--ssl-cipher=AES128-SHA");
    }
    if (ownTls()) {
      command.addAll(List.of("--tls-version=TLSv1.2", "--ssl-cipher=AES128-SHA"));
    }
    settings.forEach(setting -> command.add("--" + setting));
    return command;
  }

  @Override
  String home() {
    return "";
  }

  @Override
  String killSignal() {
    return "KILL";
  }

  @Override
  String endSignal() {
    return "TERM";
  }
}
