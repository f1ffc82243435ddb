package dev.pavise.policy.condition;

import com.google.re2j.Pattern;
import dev.cel.common.CelErrorCode;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelEvaluationListener;
import dev.cel.runtime.CelRuntime;
import dev.pavise.policy.Condition;
import dev.pavise.policy.Facts;
import dev.pavise.policy.Principal;
import dev.pavise.policy.Rule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One compiled expression. Safe for any number of threads; does no input or output.
 *
 * <p>Guarantees, against callers who choose every part of a request: a test ends within {@link Bounds}, and whatever goes wrong in it is an
 * outcome that denies. What it says of itself names parts of the expression and never what a caller sent, save in {@link #explain}.
 */
public final class ExpressionCondition implements Condition {
    private static final Outcome HOLDS = new Outcome.Holds();

    private final String text;
    private final CelRuntime.Program program;
    private final Map<String, Pattern> patterns;
    private final Set<String> shown;
    private final Reading reading;

    ExpressionCondition(
            String text,
            CelRuntime.Program program,
            Map<String, Pattern> patterns,
            Set<String> shown,
            Reading reading) {
        this.text = text;
        this.program = program;
        this.patterns = patterns;
        this.shown = shown;
        this.reading = reading;
    }

    /**
     * A test with all that it saw, for the operator's own eyes.
     *
     * @param parts the parts that were looked at, smallest first
     */
    public record Explained(Outcome outcome, List<Part> parts) {
        public Explained {
            parts = List.copyOf(parts);
        }
    }

    /** As it stands in the configuration. */
    public String text() {
        return text;
    }

    @Override
    public Outcome test(Principal principal, Rule rule, Facts facts) {
        Known known = new Known(principal, rule, facts, shown);
        return run(known, null);
    }

    /** Tests, and tells the value of each part. Slow, and shows what the request holds. */
    public Explained explain(Principal principal, Rule rule, Facts facts) {
        Known known = new Known(principal, rule, facts, shown);
        Outcome outcome = run(known, null);
        Map<Long, String> values = new HashMap<>();
        run(known, (expr, value) -> {
            if (!(value instanceof KeyedMap)) { // asked by key, so what was asked for is a part of its own
                values.put(expr.id(), ShownValue.of(value));
            }
        });
        return new Explained(outcome, reading.parts(values));
    }

    private Outcome run(Known known, @Nullable CelEvaluationListener listener) {
        try {
            Object result = ScopedValue.where(Run.CURRENT, new Run(patterns))
                    .call(() -> listener == null ? program.eval(known) : program.trace(known, listener));
            if (result instanceof Boolean holds) {
                return holds ? HOLDS : listener == null ? fails(known) : new Outcome.Fails(text);
            }
            return new Outcome.Errs("`" + text + "` came to something that is neither true nor false");
        } catch (CelEvaluationException erred) {
            return new Outcome.Errs("`" + text + "` " + why(erred));
        } catch (Exception | StackOverflowError | LinkageError odd) {
            return new Outcome.Errs(
                    "`" + text + "` could not be tested: " + odd.getClass().getSimpleName());
        }
    }

    private Outcome fails(Known known) {
        Map<Long, Boolean> values = new HashMap<>();
        run(known, (expr, value) -> {
            if (value instanceof Boolean flag) {
                values.put(expr.id(), flag);
            }
        });
        String why = reading.whyFalse(values);
        return new Outcome.Fails(why.isEmpty() ? "`" + text + "` is false" : why);
    }

    /** By the kind of error alone: the library's own words can hold what the caller sent. */
    private static String why(CelEvaluationException erred) {
        for (Throwable cause = erred; cause != null; cause = cause.getCause()) {
            if (cause instanceof Run.Exhausted) {
                return "would take more steps than the " + Bounds.STEPS + " that a test may";
            }
        }
        CelErrorCode code = erred.getErrorCode();
        return switch (code) {
            case ATTRIBUTE_NOT_FOUND -> "asks for something that the request or the identity does not have";
            case INDEX_OUT_OF_BOUNDS -> "asks for an item beyond the end of a list";
            case DIVIDE_BY_ZERO -> "divides by zero";
            case OVERLOAD_NOT_FOUND, AMBIGUOUS_OVERLOAD, TYPE_NOT_FOUND -> "meets a value of another type";
            case NUMERIC_OVERFLOW -> "meets a number that is too large";
            case BAD_FORMAT, INVALID_ARGUMENT, DUPLICATE_ATTRIBUTE -> "meets a value that cannot be converted";
            case ITERATION_BUDGET_EXCEEDED ->
                "would take more than the " + Bounds.ROUNDS + " rounds that its loops may";
            case INTERNAL_ERROR -> "could not be told";
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
