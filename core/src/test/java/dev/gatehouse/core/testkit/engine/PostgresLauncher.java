package dev.gatehouse.core.testkit.engine;

import dev.gatehouse.core.outcome.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** PostgreSQL: passwords by SCRAM for everybody, TCP only. */
final class PostgresLauncher extends Launcher {
  private static final String ADMIN = "gatehouse_admin";
  private final OrdinaryUser user = OrdinaryUser.find();

  PostgresLauncher(Installation installation, List<String> settings, Consumer<Path> finish) {
    super(installation, settings, finish);
  }

  @Override
  Account prepare(Path run) {
    Path template =
        Cache.directory("initdb-" + user.name() + "-" + installation.label(), this::initdb);
    Cache.copy(template, run);
    Certificate.into(run, Certificate.USUAL);
    finish.accept(run.resolve("data"));
    user.own(run);
    try {
      String password = Files.readString(template.resolve("password"));
      return new Account(ADMIN, Secret.of("admin of the test server", password.toCharArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void initdb(Path directory) {
    try {
      Secret secret = Names.password("admin");
      Files.writeString(forOwner(directory.resolve("password")), secret.reveal(String::new));
      Path verifier = forOwner(directory.resolve("verifier"));
      Files.writeString(verifier, ScramVerifier.of(secret));
      user.own(directory);
      List<String> command = new ArrayList<>(user.prefix());
      command.addAll(
          List.of(
              installation.program("initdb"),
              "--pgdata=" + directory.resolve("data"),
              "--username=" + ADMIN,
              "--auth=scram-sha-256",
              "--pwfile=" + verifier,
              "--encoding=UTF8",
              "--no-locale",
              "--no-sync"));
      Programs.mustRun(command, installation.environment(), directory, Optional.empty());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path forOwner(Path file) throws IOException {
    return Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  @Override
  List<String> command(Path run, int port) {
    List<String> command = new ArrayList<>(user.prefix());
    command.addAll(List.of(installation.program("postgres"), "-D", run.resolve("data").toString()));
    List.of(
            "port=" + port,
            "listen_addresses=127.0.0.1",
            // its data need not outlive the machine: a kill of the server loses nothing without it
            "fsync=off",
            "unix_socket_directories=",
            "ssl=on",
            "ssl_cert_file=" + run.resolve(Certificate.CERTIFICATE),
            "ssl_key_file=" + run.resolve(Certificate.KEY),
            // Curves cost the JVM of each session more than all the rest of its login.
            "ssl_max_protocol_version=TLSv1.2",
            "ssl_ciphers=AES128-SHA:HIGH",
            "wal_level=logical",
            // its directory may be in memory
            "max_wal_size=256MB",
            "max_connections=60")
        .forEach(setting -> command.addAll(List.of("-c", setting)));
    settings.forEach(setting -> command.addAll(List.of("-c", setting)));
    return command;
  }

  @Override
  String home() {
    return "postgres";
  }

  @Override
  String killSignal() {
    return "QUIT";
  }

  /** TERM would wait until everybody has gone. */
  @Override
  String endSignal() {
    return "INT";
  }
}
