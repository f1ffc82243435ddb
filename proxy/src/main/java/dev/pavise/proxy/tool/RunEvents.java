package dev.pavise.proxy.tool;

import java.time.Duration;
import java.util.Optional;

/** What a run tells while it is under way. Used by one thread at a time; closing it before its end ends the run. */
public interface RunEvents extends AutoCloseable {
    /** What happens in a run. */
    sealed interface Event {
        /** It runs, under this id of the runner's. */
        record Started(String runId) implements Event {}

        /** What the tool wrote: a JSON object with {@code stream} and {@code data}, which is Base64. */
        record Output(String json) implements Event {}

        /** The end: the answer is {@link RunAnswer.Finished} or {@link RunAnswer.Failed}, and nothing follows it. */
        record End(RunAnswer answer) implements Event {}
    }

    /** The next event; empty where none came in this time. */
    Optional<Event> next(Duration patience);

    @Override
    void close();
}
