package dev.gatehouse.core.testkit.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A self-signed certificate for 127.0.0.1 and its key, as servers want them. */
final class Certificate {
  static final String CERTIFICATE = "server.crt";
  static final String KEY = "server.key";
  private static final String PASSWORD = "not-a-secret";

  private Certificate() {}

  /** As long as every client accepts. */
  static final int USUAL = 2048;

  /** As short as the JDK accepts; OpenSSL as Debian has it does not. */
  static final int SHORT = 1024;

  /**
   * Puts both files into a directory; the key is readable by its owner only.
   *
   * @param bits of the key: a server works with it at each login
   */
  static void into(Path directory, int bits) {
    Path made = Cache.directory("certificate-" + bits, to -> make(to, bits));
    try {
      for (String file : List.of(CERTIFICATE, KEY)) {
        Files.copy(made.resolve(file), directory.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void make(Path directory, int bits) {
    Path store = directory.resolve("store.p12");
    Programs.mustRun(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            "server",
            "-keyalg",
            "RSA",
            "-keysize",
            String.valueOf(bits),
            "-validity",
            "3650",
            "-dname",
            "CN=gatehouse-tests",
            "-ext",
            "san=ip:127.0.0.1,dns:localhost",
            "-storetype",
            "PKCS12",
            "-keystore",
            store.toString(),
            "-storepass",
            PASSWORD),
        Map.of(),
        directory,
        Optional.empty());
    try (InputStream in = Files.newInputStream(store)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, PASSWORD.toCharArray());
      write(
          directory.resolve(KEY),
          "PRIVATE KEY",
          keys.getKey("server", PASSWORD.toCharArray()).getEncoded());
      write(
          directory.resolve(CERTIFICATE),
          "CERTIFICATE",
          keys.getCertificate("server").getEncoded());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void write(Path file, String kind, byte[] bytes) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(bytes);
    Files.writeString(
        file, "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
  }
}
