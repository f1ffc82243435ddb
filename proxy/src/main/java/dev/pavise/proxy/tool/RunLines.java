package dev.pavise.proxy.tool;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The events of a run, line by line as the runner sends them. A thread reads ahead a few lines and no more, so that a caller who
 * does not read holds up the run and not this memory. Whatever is no event, comes after the end or is too long ends it as broken.
 */
final class RunLines implements RunEvents {
    private static final int AHEAD = 4;
    private static final int MOST_LINE = RunnerClient.MOST_ANSWER;

    private final InputStream source;
    private final InputStream lines;
    private final Function<Map<String, Object>, RunAnswer> report;
    private final BlockingQueue<Event> told = new ArrayBlockingQueue<>(AHEAD);
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final AtomicBoolean late = new AtomicBoolean();

    /**
     * @param longest until its end
     * @param report makes an answer of the last event
     * @param atEnd is run once, when nothing more comes
     */
    RunLines(
            InputStream lines,
            Executor threads,
            Duration longest,
            CompletableFuture<Void> gone,
            Function<Map<String, Object>, RunAnswer> report,
            Runnable atEnd) {
        this.source = lines;
        this.lines = new BufferedInputStream(lines);
        this.report = report;
        var _ = over.whenComplete((done, failure) -> atEnd.run());
        threads.execute(this::read);
        CompletableFuture<?> leaving = gone.thenRun(this::close);
        CompletableFuture<Void> timer = over.copy().orTimeout(longest.toMillis(), TimeUnit.MILLISECONDS);
        var _ = timer.exceptionally(overdue -> {
            late.set(true);
            shut();
            return null;
        });
        var _ = over.whenComplete((done, failure) -> leaving.cancel(false));
    }

    private void read() {
        try {
            RunAnswer end = null;
            while (end == null) {
                end = event(line());
            }
            put(new Event.End(end));
        } catch (IOException | RuntimeException ended) {
            tell(new Event.End(over.isDone() ? new RunAnswer.Abandoned() : broken()));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            shut();
            over.complete(null);
        }
    }

    private RunAnswer broken() {
        return new RunAnswer.Failed(
                late.get() ? RunAnswer.Cause.TIMEOUT : RunAnswer.Cause.BROKEN, "its stream ended before the run did");
    }

    private void tell(Event last) {
        try {
            // Nobody may be reading any more; then there is nobody to tell.
            told.offer(last, 1, TimeUnit.MINUTES);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private byte[] line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int read = lines.read();
        while (read >= 0 && read != '\n') {
            if (line.size() >= MOST_LINE) {
                throw new IOException("a line is too long");
            }
            line.write(read);
            read = lines.read();
        }
        if (read < 0) {
            throw new IOException("it ends in the middle");
        }
        return line.toByteArray();
    }

    /** Null where the run goes on. */
    private @Nullable RunAnswer event(byte[] line) throws InterruptedException {
        return switch (RunnerText.event(line)) {
            case RunnerText.Line.Started(String id) -> {
                put(new Event.Started(id));
                yield null;
            }
            case RunnerText.Line.Output(String json) -> {
                put(new Event.Output(json));
                yield null;
            }
            case RunnerText.Line.Result(Map<String, Object> members) -> report.apply(members);
            case RunnerText.Line.Failed(String why) ->
                new RunAnswer.Failed(RunAnswer.Cause.BROKEN, "the runner says `" + why + "`");
        };
    }

    private void put(Event event) throws InterruptedException {
        while (!told.offer(event, 1, TimeUnit.SECONDS)) {
            if (over.isDone()) {
                throw new InterruptedException("nobody reads any more");
            }
        }
    }

    @Override
    public Optional<Event> next(Duration patience) {
        try {
            return Optional.ofNullable(told.poll(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Optional.of(new Event.End(new RunAnswer.Abandoned()));
        }
    }

    private void shut() {
        try {
            source.close();
        } catch (IOException alreadyBroken) {
            // It is over either way.
        }
    }

    @Override
    public void close() {
        over.complete(null);
        shut();
    }
}
