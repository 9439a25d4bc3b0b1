package dev.gatehouse.core.report;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** A report as the JDK's parser reads it: what is no XML is an exception. */
final class Xml {
  private Xml() {}

  static Document parse(String text) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(text)));
  }

  static List<Element> elements(Document page) {
    return elements(page.getElementsByTagName("*"));
  }

  /** Of the elements of that name, in order. */
  static List<String> texts(Node within, String name) {
    NodeList found =
        within instanceof Document page
            ? page.getElementsByTagName(name)
            : ((Element) within).getElementsByTagName(name);
    return elements(found).stream().map(Node::getTextContent).toList();
  }

  static List<String> attributes(Element element) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < element.getAttributes().getLength(); i++) {
      names.add(element.getAttributes().item(i).getNodeName());
    }
    return names;
  }

  private static List<Element> elements(NodeList nodes) {
    List<Element> all = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      all.add((Element) nodes.item(i));
    }
    return all;
  }
}
