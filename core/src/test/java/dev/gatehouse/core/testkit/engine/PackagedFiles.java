package dev.gatehouse.core.testkit.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.opentest4j.TestAbortedException;

/**
 * What a package of Debian holds, without what it depends on: somebody else's schemas and data.
 *
 * <p>Thread-safe. Unpacked once for this user.
 */
public final class PackagedFiles {
  private PackagedFiles() {}

  /**
   * Where the files of that package are.
   *
   * @param release such as {@code bookworm}
   * @throws TestAbortedException where it cannot be had, with the reason
   */
  public static Path of(String name, String release) {
    List<String> declined = new ArrayList<>();
    try {
      AptRelease apt =
          AptRelease.find(release, declined)
              .orElseThrow(() -> new IllegalStateException(String.join("; ", declined)));
      return Cache.directory(name + "-" + release, directory -> apt.unpackAlone(name, directory));
    } catch (IllegalStateException e) {
      throw new TestAbortedException("no files of package " + name + ": " + e.getMessage(), e);
    }
  }
}
