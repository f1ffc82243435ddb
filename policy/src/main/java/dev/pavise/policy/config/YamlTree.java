package dev.pavise.policy.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/**
 * Text to a tree of {@link YamlNode}, within bounds that hold whatever the text is: depth, and the number of nodes with every
 * alias counted as often as it is used, so that a small file cannot stand for a large tree. Built from parser events rather than
 * by the library's own composer, which keeps neither bound.
 */
final class YamlTree {

    static final int DEEPEST = 32;
    static final int MOST_NODES = 50_000;

    private record Anchored(YamlNode node, int size) {}

    private final Iterator<Event> events;
    private final Map<Anchor, Anchored> anchors = new HashMap<>();
    private int nodes;

    private YamlTree(Iterator<Event> events) {
        this.events = events;
    }

    /** The one document of a text; null where it holds none, or one with nothing in it. */
    static @Nullable YamlNode parse(String text) throws BadYamlException {
        LoadSettings settings = LoadSettings.builder().setUseMarks(true).build();
        try {
            return new YamlTree(new Parse(settings).parseString(text).iterator()).document();
        } catch (MarkedYamlEngineException e) {
            throw at(e.getProblemMark(), "is not YAML: " + e.getProblem());
        } catch (RuntimeException e) {
            // The library reports characters that YAML does not allow without a place.
            throw new BadYamlException("is not YAML: holds a character that YAML does not allow", 1, 1);
        }
    }

    private @Nullable YamlNode document() throws BadYamlException {
        YamlNode root = null;
        while (events.hasNext()) {
            Event event = events.next();
            switch (event.getEventId()) {
                case StreamStart, StreamEnd, DocumentEnd, Comment -> {}
                case DocumentStart -> {
                    if (root != null) throw at(event.getStartMark(), "holds more than one YAML document");
                }
                case Alias, Scalar, SequenceStart, MappingStart -> root = node(event, 1);
                case SequenceEnd, MappingEnd -> throw at(event.getStartMark(), "is not YAML");
            }
        }
        return root instanceof YamlNode.Scalar scalar && scalar.isNull() ? null : root;
    }

    private YamlNode node(Event event, int depth) throws BadYamlException {
        count(1, event);
        if (depth > DEEPEST) throw at(event.getStartMark(), "is nested deeper than " + DEEPEST + " levels");
        if (event instanceof AliasEvent alias) return aliased(alias);
        int before = nodes;
        YamlNode node = switch (event) {
            case ScalarEvent scalar -> scalar(scalar);
            case CollectionStartEvent start -> collection(start, depth);
            default -> throw at(event.getStartMark(), "is not YAML");
        };
        Anchor anchor = ((NodeEvent) event).getAnchor().orElse(null);
        if (anchor != null) anchors.put(anchor, new Anchored(node, nodes - before + 1));
        return node;
    }

    // Only a finished node has an entry here, so that no node can hold itself.
    private YamlNode aliased(AliasEvent alias) throws BadYamlException {
        Anchored anchored = anchors.get(alias.getAlias());
        if (anchored == null)
            throw at(
                    alias.getStartMark(),
                    "uses the alias `" + alias.getAlias() + "`, which no finished node before it has as its anchor");
        count(anchored.size(), alias);
        return anchored.node();
    }

    private static YamlNode scalar(ScalarEvent scalar) throws BadYamlException {
        refuseTag(scalar.getTag(), scalar);
        Mark mark = scalar.getStartMark().orElse(null);
        return new YamlNode.Scalar(scalar.getValue(), scalar.isPlain(), line(mark), column(mark));
    }

    private YamlNode collection(CollectionStartEvent start, int depth) throws BadYamlException {
        refuseTag(start.getTag(), start);
        Mark mark = start.getStartMark().orElse(null);
        if (start.getEventId() == Event.ID.SequenceStart) {
            List<YamlNode> items = new ArrayList<>();
            for (Event next = events.next(); next.getEventId() != Event.ID.SequenceEnd; next = events.next()) {
                items.add(node(next, depth + 1));
            }
            return new YamlNode.Sequence(items, line(mark), column(mark));
        }
        List<YamlNode.Entry> entries = new ArrayList<>();
        for (Event next = events.next(); next.getEventId() != Event.ID.MappingEnd; next = events.next()) {
            YamlNode key = node(next, depth + 1);
            entries.add(new YamlNode.Entry(key, node(events.next(), depth + 1)));
        }
        return new YamlNode.Mapping(entries, line(mark), column(mark));
    }

    private void count(int more, Event event) throws BadYamlException {
        nodes += more;
        if (nodes > MOST_NODES)
            throw at(event.getStartMark(), "holds more than " + MOST_NODES + " nodes, aliases included");
    }

    private static void refuseTag(Optional<String> tag, Event event) throws BadYamlException {
        if (tag.isPresent()) throw at(event.getStartMark(), "holds a tag (`" + tag.get() + "`); tags are not read");
    }

    private static BadYamlException at(Optional<Mark> where, String problem) {
        Mark mark = where.orElse(null);
        return new BadYamlException(problem, line(mark), column(mark));
    }

    private static int line(@Nullable Mark mark) {
        return mark == null ? 1 : mark.getLine() + 1;
    }

    private static int column(@Nullable Mark mark) {
        return mark == null ? 1 : mark.getColumn() + 1;
    }
}
