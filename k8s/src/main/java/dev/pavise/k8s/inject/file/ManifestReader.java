package dev.pavise.k8s.inject.file;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads one document of a manifest as kubectl does, whose YAML is that of version 1.1 (see {@link PlainScalar}). What kubectl and
 * other readers may take for different things (a key twice, tags, merge keys) is refused. Bounds hold whatever the text is.
 */
final class ManifestReader {
    private static final int DEEPEST = 64;
    private static final int MOST_NODES = 500_000;

    private record Anchored(JsonNode node, int size) {}

    private final Iterator<Event> events;
    private final Map<Anchor, Anchored> anchors = new HashMap<>();
    private final int firstLine;
    private int nodes;

    private ManifestReader(Iterator<Event> events, int firstLine) {
        this.events = events;
        this.firstLine = firstLine;
    }

    /**
     * The tree of a document; null where it holds nothing.
     *
     * @param firstLine of the document in its file, from 1, for errors
     */
    static @Nullable JsonNode read(String document, int firstLine) throws BadManifestException {
        LoadSettings settings = LoadSettings.builder()
                .setUseMarks(true)
                .setCodePointLimit(Integer.MAX_VALUE)
                .build();
        try {
            return new ManifestReader(new Parse(settings).parseString(document).iterator(), firstLine).document();
        } catch (MarkedYamlEngineException e) {
            throw new BadManifestException("line "
                    + e.getProblemMark().map(mark -> mark.getLine() + firstLine).orElse(firstLine) + ": is not YAML: "
                    + e.getProblem());
        } catch (RuntimeException e) {
            throw new BadManifestException(
                    "line " + firstLine + ": is not YAML: holds a character that YAML does not allow");
        }
    }

    private @Nullable JsonNode document() throws BadManifestException {
        JsonNode root = null;
        boolean begun = false;
        while (events.hasNext()) {
            Event event = events.next();
            switch (event.getEventId()) {
                case StreamStart, StreamEnd, DocumentEnd, Comment -> {}
                case DocumentStart -> {
                    if (begun) {
                        throw at(event, "another document begins here; put `---` on a line of its own");
                    }
                    begun = true;
                }
                default -> root = node(event, 1);
            }
        }
        return root == null || root.isNull() ? null : root;
    }

    private JsonNode node(Event event, int depth) throws BadManifestException {
        if (depth > DEEPEST) {
            throw at(event, "more than " + DEEPEST + " levels");
        }
        int before = nodes;
        count(1, event);
        JsonNode node;
        Optional<Anchor> anchor;
        switch (event) {
            case AliasEvent alias -> {
                Anchored anchored = anchors.get(alias.getAlias());
                if (anchored == null) {
                    throw at(event, "an alias of nothing that came before it");
                }
                count(anchored.size(), event);
                return anchored.node().deepCopy();
            }
            case ScalarEvent scalar -> {
                refuseTag(scalar.getTag(), event);
                node = scalar.isPlain()
                        ? PlainScalar.resolve(scalar.getValue())
                                .orElseThrow(() -> at(event, "a number that JSON does not have"))
                        : JsonNodeFactory.instance.stringNode(scalar.getValue());
                anchor = scalar.getAnchor();
            }
            case CollectionStartEvent start -> {
                refuseTag(start.getTag(), event);
                node = start.getEventId() == Event.ID.SequenceStart ? sequence(depth) : mapping(depth);
                anchor = start.getAnchor();
            }
            default -> throw at(event, "is not YAML");
        }
        int size = nodes - before;
        anchor.ifPresent(name -> anchors.put(name, new Anchored(node, size)));
        return node;
    }

    private ArrayNode sequence(int depth) throws BadManifestException {
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        for (Event next = events.next(); next.getEventId() != Event.ID.SequenceEnd; next = events.next()) {
            items.add(node(next, depth + 1));
        }
        return items;
    }

    private ObjectNode mapping(int depth) throws BadManifestException {
        ObjectNode members = JsonNodeFactory.instance.objectNode();
        for (Event next = events.next(); next.getEventId() != Event.ID.MappingEnd; next = events.next()) {
            if (!(next instanceof ScalarEvent key)
                    || (key.isPlain() && key.getValue().equals("<<"))) {
                throw at(next, "merge keys and keys that are no texts are not read; write the keys out");
            }
            refuseTag(key.getTag(), key);
            JsonNode value = node(events.next(), depth + 1);
            if (members.has(key.getValue())) {
                throw at(key, "`" + key.getValue().replaceAll("\\p{Cntrl}", "?") + "` stands here twice; keep one");
            }
            members.set(key.getValue(), value);
        }
        return members;
    }

    private void count(int more, Event event) throws BadManifestException {
        nodes += more;
        if (nodes > MOST_NODES) {
            throw at(event, "more than " + MOST_NODES + " values, aliases included");
        }
    }

    private void refuseTag(Optional<String> tag, Event event) throws BadManifestException {
        if (tag.isPresent()) {
            throw at(event, "tags are not read; write the value without one");
        }
    }

    private BadManifestException at(Event event, String problem) {
        return new BadManifestException("line "
                + event.getStartMark()
                        .map(Mark::getLine)
                        .map(line -> line + firstLine)
                        .orElse(firstLine) + ": " + problem);
    }
}
