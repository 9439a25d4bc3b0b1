package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A stock client of PostgreSQL, logged in to a test database as its admin. */
final class ClientTool {
  private static final int PATIENCE_SECONDS = 120;

  private final Path program;
  private final TestDatabase database;
  private final Path passwords;
  private final Path output;

  ClientTool(Path program, TestDatabase database, Path work) throws IOException {
    this.program = program;
    this.database = database;
    String name = String.valueOf(program.getFileName());
    passwords =
        Files.createFile(
            work.resolve(name + ".pgpass"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    output = work.resolve(name + ".out");
    database.secret().reveal(secret -> write(passwords, "*:*:*:*:" + new String(secret)));
  }

  private static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Begins; the caller ends it. */
  Process start(String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("PGHOST", database.host());
    builder.environment().put("PGPORT", String.valueOf(database.port()));
    builder.environment().put("PGUSER", database.account());
    builder.environment().put("PGDATABASE", database.name());
    builder.environment().put("PGPASSFILE", passwords.toString());
    return builder.redirectInput(ToolProcess.NOTHING).redirectOutput(output.toFile()).start();
  }

  /** To its end, which must be a good one. */
  void run(String... words) throws Exception {
    Process process = start(words);
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    assertThat(process.waitFor()).as(Files.readString(output)).isZero();
  }
}
