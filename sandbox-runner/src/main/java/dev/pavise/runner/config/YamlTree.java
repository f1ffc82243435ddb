package dev.pavise.runner.config;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/**
 * Text to a tree of {@link YamlNode}, within a bound of depth. Anchors, aliases and tags are refused: a runner's file has no use for them, and a small
 * file then cannot stand for a large tree.
 */
final class YamlTree {
    private static final int DEEPEST = 16;

    private final Iterator<Event> events;

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
                    if (root != null) {
                        throw at(event.getStartMark(), "holds more than one YAML document");
                    }
                }
                case Alias, Scalar, SequenceStart, MappingStart -> root = node(event, 1);
                case SequenceEnd, MappingEnd -> throw at(event.getStartMark(), "is not YAML");
            }
        }
        return root instanceof YamlNode.Scalar scalar && scalar.isNull() ? null : root;
    }

    private YamlNode node(Event event, int depth) throws BadYamlException {
        if (depth > DEEPEST) {
            throw at(event.getStartMark(), "is nested deeper than " + DEEPEST + " levels");
        }
        refuseTricks(event);
        return switch (event) {
            case ScalarEvent scalar -> {
                Mark mark = scalar.getStartMark().orElse(null);
                yield new YamlNode.Scalar(scalar.getValue(), scalar.isPlain(), line(mark), column(mark));
            }
            case CollectionStartEvent start -> collection(start, depth);
            default -> throw at(event.getStartMark(), "is not YAML");
        };
    }

    private YamlNode collection(CollectionStartEvent start, int depth) throws BadYamlException {
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

    private static void refuseTricks(Event event) throws BadYamlException {
        boolean anchored = event instanceof NodeEvent node && node.getAnchor().isPresent();
        if (anchored || event.getEventId() == Event.ID.Alias) {
            throw at(event.getStartMark(), "holds an anchor or alias; write the value out");
        }
        Optional<String> tag = switch (event) {
            case ScalarEvent scalar -> scalar.getTag();
            case CollectionStartEvent start -> start.getTag();
            default -> Optional.empty();
        };
        if (tag.isPresent()) {
            throw at(event.getStartMark(), "holds a tag (`" + tag.get() + "`); tags are not read");
        }
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
