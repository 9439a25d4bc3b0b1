package dev.gatehouse.sqlite;

import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.process.SideBySide;
import dev.gatehouse.sqlite.page.PageDigest;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Content that is the same where every page is the same: a digest of all pages, and the rows of
 * each table, counted.
 *
 * @param header of the database it was read of
 */
record PagedContent(Content content, ByteBuffer header) {
  /** What evidence says of it. */
  static final String WORDS = "every page of the source; its rows counted";

  /** What evidence says of content that was read row by row. */
  static final String OF_ROWS = "every row of the source";

  private static final String PAGES = "digest of all pages";
  private static final String SHA_256 = "sha256:";

  /** The digest of all pages that content has; empty where it is of rows. */
  static Optional<String> pagesOf(Content content) {
    return Optional.ofNullable(content.states().get(PAGES))
        .filter(digest -> digest.startsWith(SHA_256))
        .map(digest -> digest.substring(SHA_256.length()));
  }

  /**
   * Of a database in use, while its sessions see one state of it.
   *
   * @param sessions at least one; the last counts
   * @param meanwhile what else is done
   * @return empty where the pages cannot be read; what else was to be done is done then too
   */
  static Optional<PagedContent> of(
      LivePages pages, List<Connection> sessions, Progress progress, SideBySide.Work<?> meanwhile)
      throws Exception {
    Connection counting = sessions.get(sessions.size() - 1);
    SideBySide.Work<Optional<PagedContent>> reading =
        side -> {
          Optional<PageDigest> digest = pages.digest(side);
          return digest.isEmpty()
              ? Optional.empty()
              : Optional.of(
                  new PagedContent(
                      with(digest.get().sha256(), RowCounts.of(counting, side)),
                      digest.get().header()));
        };
    return SideBySide.run(progress, meanwhile::go, List.of(reading)).beside().get(0);
  }

  /** Of a copy that nobody uses. */
  static Content of(Path copy, Optional<ConnectionCustomizer> application, Progress progress)
      throws Exception {
    try (Connection connection = Copies.open(copy, application)) {
      return with(PageDigest.of(copy, progress), RowCounts.of(connection, progress));
    }
  }

  private static Content with(String sha256, Content counted) {
    return counted.withStates(Map.of(PAGES, SHA_256 + sha256));
  }
}
