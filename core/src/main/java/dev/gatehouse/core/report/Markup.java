package dev.gatehouse.core.report;

import dev.gatehouse.core.outcome.Bug;
import java.io.StringWriter;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * XML under construction. The writer escapes, so that no text can add an element; what a reader
 * would act on, and what XML cannot hold, becomes visible as everywhere in this package. One thread
 * at a time.
 */
final class Markup {

  @FunctionalInterface
  private interface Writing {
    void write(XMLStreamWriter out) throws XMLStreamException;
  }

  private final StringWriter text = new StringWriter();
  private final XMLStreamWriter out;

  Markup() {
    try {
      // The JDK's own, whatever else lies on the class path of the host.
      out = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
    } catch (XMLStreamException e) {
      throw new Bug("no XML can be written", e);
    }
  }

  /** The first line of an XML file. */
  Markup declared() {
    return writing(writer -> writer.writeStartDocument("UTF-8", "1.0")).line();
  }

  /** The first line of an HTML file. */
  Markup html() {
    return writing(writer -> writer.writeDTD("<!DOCTYPE html>")).line();
  }

  /**
   * Begins an element.
   *
   * @param attributes names and values in turn
   */
  Markup open(String element, String... attributes) {
    writing(writer -> writer.writeStartElement(element));
    return attributes(attributes);
  }

  /** An element that HTML knows to be empty. */
  Markup empty(String element, String... attributes) {
    writing(writer -> writer.writeEmptyElement(element));
    return attributes(attributes);
  }

  private Markup attributes(String... attributes) {
    for (int i = 0; i < attributes.length; i += 2) {
      attribute(attributes[i], attributes[i + 1]);
    }
    return this;
  }

  /** Of the element begun last, before anything is in it. */
  Markup attribute(String name, String value) {
    return writing(writer -> writer.writeAttribute(name, Plain.line(value)));
  }

  /** Ends the element begun last. */
  Markup close() {
    return writing(XMLStreamWriter::writeEndElement);
  }

  /** Text of one line. */
  Markup text(String line) {
    return writing(writer -> writer.writeCharacters(Plain.line(line)));
  }

  /** An element of one line of text. */
  Markup element(String element, String line, String... attributes) {
    return open(element, attributes).text(line).close();
  }

  /** A name or a value from outside, whose direction must not move what stands beside it. */
  Markup name(String name) {
    return element("bdi", name);
  }

  /** Lines that are to be read as they are. */
  Markup block(String element, String lines) {
    return open(element).lines(lines).close();
  }

  /** Text of several lines. */
  Markup lines(String lines) {
    return writing(writer -> writer.writeCharacters(Plain.block(lines)));
  }

  /** A line end between elements, for those who read the file itself. */
  Markup line() {
    return writing(writer -> writer.writeCharacters("\n"));
  }

  @Override
  public String toString() {
    writing(XMLStreamWriter::writeEndDocument);
    writing(XMLStreamWriter::flush);
    return text + "\n";
  }

  private Markup writing(Writing what) {
    try {
      what.write(out);
      return this;
    } catch (XMLStreamException e) {
      throw new Bug("XML of a report is broken", e);
    }
  }
}
