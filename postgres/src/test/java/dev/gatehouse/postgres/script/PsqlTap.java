package dev.gatehouse.postgres.script;

import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The real psql on a script, and what it says to the server while it executes it. */
final class PsqlTap implements AutoCloseable {

  /** What psql said and how it ended. */
  record Heard(List<String> queries, String data, int exit, String output) {}

  private final TestDatabase database;
  private final ServerSocket listening;
  private final List<String> queries = Collections.synchronizedList(new ArrayList<>());
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  private PsqlTap(TestDatabase database) throws IOException {
    this.database = database;
    this.listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  /**
   * Executes a script as a person would, and hears every query.
   *
   * @param directory psql's working directory
   * @param script empty for what stands behind -c
   */
  static Heard execute(
      EngineUnderTest engine, TestDatabase database, Path directory, String script, String... more)
      throws Exception {
    try (PsqlTap tap = new PsqlTap(database)) {
      return tap.run(engine, directory, script, more);
    }
  }

  private Heard run(EngineUnderTest engine, Path directory, String script, String... more)
      throws Exception {
    Thread thread = new Thread(this::serve, "psql-tap");
    thread.setDaemon(true);
    thread.start();
    List<String> command = new ArrayList<>(List.of(engine.tool("psql").path().toString(), "-X"));
    command.addAll(List.of(more));
    command.addAll(script.isEmpty() ? List.of() : List.of("-f", script));
    Path output = Files.createTempFile("psql", ".out");
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    Path passwords = Files.createTempFile("psql", ".pass");
    database
        .secret()
        .reveal(secret -> write(passwords, "*:*:*:*:" + new String(secret).replace(":", "\\:")));
    builder
        .environment()
        .putAll(
            java.util.Map.of(
                "PGHOST",
                "127.0.0.1",
                "PGPORT",
                String.valueOf(listening.getLocalPort()),
                "PGUSER",
                database.account(),
                "PGDATABASE",
                database.name(),
                "PGPASSFILE",
                passwords.toString(),
                "PGSSLMODE",
                "disable",
                "PGGSSENCMODE",
                "disable",
                "PGCLIENTENCODING",
                "UTF8"));
    try {
      Process process = builder.start();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("psql did not end");
      }
      thread.join(5_000);
      return new Heard(
          List.copyOf(queries),
          data.toString(StandardCharsets.UTF_8),
          process.exitValue(),
          Files.readString(output));
    } finally {
      Files.delete(passwords);
      Files.delete(output);
    }
  }

  private static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve() {
    try (Socket client = listening.accept();
        Socket server = new Socket(database.host(), database.port())) {
      Thread back = new Thread(() -> copy(server, client), "psql-tap-back");
      back.setDaemon(true);
      back.start();
      listen(client.getInputStream(), server.getOutputStream());
      server.shutdownOutput();
      back.join(5_000);
    } catch (IOException e) {
      queries.add("tap: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Manual: "Message Formats"; the first message has no type. */
  private void listen(InputStream from, OutputStream to) throws IOException {
    DataInputStream in = new DataInputStream(from);
    boolean first = true;
    try {
      while (true) {
        int type = first ? 0 : in.readUnsignedByte();
        int length = in.readInt();
        byte[] body = in.readNBytes(length - 4);
        if (type == 'Q') {
          queries.add(new String(body, 0, body.length - 1, StandardCharsets.UTF_8));
        } else if (type == 'd') {
          data.write(body);
        }
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        if (!first) {
          message.write(type);
        }
        for (int shift = 24; shift >= 0; shift -= 8) {
          message.write(length >> shift);
        }
        message.write(body);
        message.writeTo(to);
        first = false;
      }
    } catch (EOFException | SocketException e) {
      // psql has gone; that is how it ends.
      return;
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // One side has gone.
      return;
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
