package dev.gatehouse.mysql.binlog;

import com.github.shyiko.mysql.binlog.event.EventData;
import com.github.shyiko.mysql.binlog.event.EventType;
import com.github.shyiko.mysql.binlog.event.FormatDescriptionEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.GtidEventDataDeserializer;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;

/**
 * What stands in the events of one file, as the library reads it. A table map is kept for the rows
 * behind it, so all of them go through here in order.
 */
final class EventReading {
  private static final String LIBRARY = "com.zendesk:mysql-binlog-connector-java";

  private final EventDeserializer deserializer = new EventDeserializer();

  private final String serverVersion;

  /**
   * @param format the file's first event, by which the library knows how the others are made
   */
  EventReading(LogEvent format) {
    // Made as one with a GTID, which the library passes over by default.
    deserializer.setEventDataDeserializer(
        EventType.ANONYMOUS_GTID, new GtidEventDataDeserializer());
    serverVersion = read(format, FormatDescriptionEventData.class).getServerVersion();
  }

  /**
   * @throws Refusal when the library is not on the class path
   */
  static void requireLibrary() {
    try {
      Class.forName("com.github.shyiko.mysql.binlog.event.Event");
    } catch (ClassNotFoundException e) {
      throw new Refusal(
          Finding.of("changes.library", "files of a binary log are read with a library")
              .withExpected(LIBRARY + " on the class path")
              .withFound("none")
              .withFix("add " + LIBRARY + ":0.30.1 to the dependencies"),
          e);
    }
  }

  /** Of the server that wrote the file, as it tells it. */
  String serverVersion() {
    return serverVersion;
  }

  /**
   * @throws Refusal naming the event when the library cannot read it
   */
  <T extends EventData> T read(LogEvent event, Class<T> as) {
    try {
      EventData data =
          deserializer.nextEvent(new ByteArrayInputStream(event.bytes())).<EventData>getData();
      if (data == null) {
        throw new IOException("it reads nothing of it");
      }
      return as.cast(data);
    } catch (IOException | RuntimeException e) {
      throw LogRefusal.event(
          event.position(), "event type " + event.type(), "the library cannot read it: " + e);
    }
  }
}
