package dev.pavise.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;

/** The objects that came of values. */
final class Rendered {
    private final String text;
    private final List<JsonNode> objects;

    Rendered(String text) {
        this.text = text;
        this.objects = Yaml.documents(text);
    }

    String text() {
        return text;
    }

    List<JsonNode> objects() {
        return objects;
    }

    Stream<JsonNode> of(String kind) {
        return objects.stream().filter(each -> kind.equals(each.path("kind").asText()));
    }

    JsonNode the(String kind, String name) {
        return of(kind).filter(each -> name.equals(each.at("/metadata/name").asText()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " `" + name + "` in it"));
    }

    /** The pod templates, as objects with metadata and spec. */
    Stream<JsonNode> podTemplates() {
        return of("Deployment").map(each -> each.at("/spec/template"));
    }

    /** {@code Kind namespace/name}. */
    static String name(JsonNode object) {
        String namespace = object.at("/metadata/namespace").asText();
        return object.path("kind").asText() + " " + (namespace.isEmpty() ? "" : namespace + "/")
                + object.at("/metadata/name").asText();
    }
}
