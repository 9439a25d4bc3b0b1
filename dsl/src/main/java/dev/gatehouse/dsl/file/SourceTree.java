package dev.gatehouse.dsl.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Files below a directory, each read or named with why it was not.
 *
 * @param only patterns of paths; empty for all
 * @param except patterns of paths that are left out, and of directories with all in them
 */
record SourceTree(Path root, List<String> only, List<String> except) {
  /** Most bytes of a file that people write. */
  static final long MOST = 4 << 20;

  /** What version control keeps for itself. */
  static final Set<String> OWN = Set.of(".git", ".hg", ".svn");

  /** One file as text. */
  record Source(String path, String text) {}

  /**
   * What a tree holds.
   *
   * @param unread paths, each with why
   */
  record Content(List<Source> sources, List<String> unread) {}

  Content read() throws IOException {
    Content content = new Content(new ArrayList<>(), new ArrayList<>());
    Files.walkFileTree(root, new Visitor(content));
    content.sources.sort(Comparator.comparing(Source::path));
    content.unread.sort(Comparator.naturalOrder());
    return content;
  }

  /** What they select is as it is in a shell: {@code *} stops at a slash, {@code **} does not. */
  static PathMatcher matcher(String pattern) {
    return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
  }

  private static boolean matches(List<String> patterns, Path path) {
    for (String pattern : patterns) {
      // a pattern without a slash is about a name, wherever it is
      if (matcher(pattern).matches(pattern.contains("/") ? path : path.getFileName())) {
        return true;
      }
    }
    return false;
  }

  private final class Visitor extends SimpleFileVisitor<Path> {
    private final Content content;

    Visitor(Content content) {
      this.content = content;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      Path path = root.relativize(directory);
      boolean out =
          !directory.equals(root)
              && (OWN.contains(directory.getFileName().toString())
                  || matches(except, path)
                  || (matches(except, path.resolve("x")) && matches(except, path.resolve("y/z"))));
      return out ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      Path path = root.relativize(file);
      if (matches(except, path) || (!only.isEmpty() && !matches(only, path))) {
        return FileVisitResult.CONTINUE;
      }
      Optional<String> why =
          attributes.isSymbolicLink()
              ? link(file, path)
              : attributes.isRegularFile() ? text(file, path) : Optional.of("no regular file");
      why.ifPresent(reason -> content.unread.add(path + " (" + reason + ")"));
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException problem) {
      content.unread.add(root.relativize(file) + " (" + problem.getClass().getSimpleName() + ")");
      return FileVisitResult.CONTINUE;
    }

    /** A file is read by any of its names; a directory where it is. */
    private Optional<String> link(Path file, Path path) {
      try {
        if (Files.isRegularFile(file)) {
          return text(file, path);
        }
        return file.toRealPath().startsWith(root.toRealPath())
            ? Optional.empty()
            : Optional.of("a link that leads out of the tree");
      } catch (IOException e) {
        return Optional.of("a link that leads nowhere");
      }
    }

    private Optional<String> text(Path file, Path path) {
      try {
        if (Files.size(file) > MOST) {
          return Optional.of("over " + (MOST >> 20) + " MiB");
        }
        byte[] bytes = Files.readAllBytes(file);
        for (byte one : bytes) {
          if (one == 0) {
            return Optional.of("not text");
          }
        }
        content.sources.add(new Source(path.toString().replace('\\', '/'), decoded(bytes)));
        return Optional.empty();
      } catch (IOException e) {
        return Optional.of(e.getClass().getSimpleName());
      }
    }
  }

  /** Names and words of SQL are ASCII, which each such encoding has in the same place. */
  private static String decoded(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }
}
