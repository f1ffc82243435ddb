package dev.pavise.proxy.opa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is remembered of answers, and for how long. */
final class AnswersTest {
    private static final Answer YES = new Answer.Allowed();
    private static final Answer NO = new Answer.Denied("no");
    private static final Answer NONE = new Answer.None("gone");

    private final List<CompletableFuture<Answer>> asked = new ArrayList<>();
    private long now = Long.MAX_VALUE - 1000; // a clock of nanoseconds may run over

    private Answers holding(Duration time) {
        return new Answers(question -> next(), time, () -> now);
    }

    private CompletableFuture<Answer> next() {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        asked.add(answer);
        return answer;
    }

    private static byte[] question(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Answers.Given given(Answer answer, boolean remembered) {
        return new Answers.Given(answer, remembered);
    }

    @Test
    void holdsAnAnswerForItsTimeAndNotLonger() {
        for (Answer answer : List.of(YES, NO)) {
            asked.clear();
            Answers answers = holding(Duration.ofSeconds(5));
            CompletableFuture<Answers.Given> first = answers.to(question("a"));
            now += Duration.ofSeconds(2).toNanos(); // the time of asking counts, not that of the answer
            asked.getFirst().complete(answer);
            assertEquals(given(answer, false), first.join());
            now += Duration.ofSeconds(3).toNanos() - 1;
            assertEquals(given(answer, true), answers.to(question("a")).join());
            now += 1;
            assertFalse(answers.to(question("a")).isDone());
            assertEquals(2, asked.size());
        }
    }

    @Test
    void asksForEachQuestion() {
        Answers answers = holding(Duration.ofSeconds(5));
        answers.to(question("a"));
        answers.to(question("b"));
        assertEquals(2, asked.size());
        asked.getFirst().complete(YES);
        assertFalse(answers.to(question("b")).isDone());
    }

    @Test
    void letsEqualQuestionsShareOneAnswer() {
        Answers answers = holding(Duration.ofSeconds(5));
        CompletableFuture<Answers.Given> first = answers.to(question("a"));
        CompletableFuture<Answers.Given> second = answers.to(question("a"));
        assertEquals(1, asked.size());
        asked.getFirst().complete(NO);
        assertEquals(given(NO, false), first.join());
        assertEquals(given(NO, true), second.join());
    }

    @Test
    void remembersNoFailure() {
        Answers answers = holding(Duration.ofSeconds(5));
        CompletableFuture<Answers.Given> first = answers.to(question("a"));
        CompletableFuture<Answers.Given> second = answers.to(question("a"));
        asked.getFirst().complete(NONE);
        assertEquals(given(NONE, false), first.join());
        assertEquals(given(NONE, true), second.join(), "who waited along has no answer either");
        answers.to(question("a"));
        assertEquals(2, asked.size());
        asked.getLast().complete(YES);
        assertEquals(given(YES, true), answers.to(question("a")).join());
    }

    @Test
    void turnsABugIntoNoAnswer() {
        Answers answers = holding(Duration.ofSeconds(5));
        CompletableFuture<Answers.Given> first = answers.to(question("a"));
        asked.getFirst().completeExceptionally(new IllegalStateException("a bug"));
        assertTrue(first.join().answer() instanceof Answer.None);
    }

    @Test
    void sharesNothingWhereNoTimeIsStated() {
        Answers answers = holding(Duration.ZERO);
        answers.to(question("a"));
        asked.getFirst().complete(YES);
        answers.to(question("a"));
        answers.to(question("a"));
        assertEquals(3, asked.size());
        assertEquals(0, answers.size());
    }

    @Test
    void isBounded() {
        Answers answers =
                new Answers(question -> CompletableFuture.completedFuture(YES), Duration.ofHours(1), () -> now);
        for (int i = 0; i < 11_000; i++) {
            answers.to(question("q" + i));
        }
        assertEquals(10_000, answers.size());
    }
}
