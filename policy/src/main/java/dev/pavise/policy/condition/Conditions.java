package dev.pavise.policy.condition;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelValidationException;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.pavise.policy.Quoted;
import java.util.Collection;
import java.util.List;

/**
 * Compiles the conditions of one configuration: expressions of the Common Expression Language over the request, the identity and the route.
 *
 * <p>Guarantees that what compiles names only what is there, is of type bool as far as types are known, and has constant regular expressions that
 * compile. A test of it costs a bounded number of steps, whatever callers send ({@link Bounds}). Making one of these loads the library, which
 * takes a part of a second: one is for all routes of a configuration, and none is made where no route has a condition.
 */
public final class Conditions {
    private static final int TOLD = 3;

    private final Vocabulary vocabulary;

    /** Conditions of routes. */
    public Conditions() {
        this(Vocabulary.ofRequests());
    }

    private Conditions(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
    }

    /**
     * Compiles what has to hold of an audit record for whoever asks for it.
     *
     * @throws IllegalArgumentException as {@link #compile}
     */
    public static RecordCondition ofRecords(String expression) {
        Compiled compiled = new Conditions(Vocabulary.ofRecords()).compiled(expression, List.of());
        return new RecordCondition(
                expression,
                compiled.program(),
                compiled.check().patterns(),
                compiled.check().shown());
    }

    private record Compiled(CelAbstractSyntaxTree tree, ExpressionCheck check, CelRuntime.Program program) {}

    /**
     * Compiles one expression.
     *
     * @param variables the names of the variables in the route's path template
     * @throws IllegalArgumentException where it is no fit condition, with a message fit for a configuration error that gives line and column in
     *     the expression
     */
    public ExpressionCondition compile(String expression, Collection<String> variables) {
        Compiled compiled = compiled(expression, variables);
        return new ExpressionCondition(
                expression,
                compiled.program(),
                compiled.check().patterns(),
                compiled.check().shown(),
                Reading.of(compiled.tree()));
    }

    private Compiled compiled(String expression, Collection<String> variables) {
        Bounds.checkText(expression);
        try {
            CelAbstractSyntaxTree tree =
                    vocabulary.compiler().compile(expression).getAst();
            ExpressionCheck check = ExpressionCheck.of(tree, variables);
            return new Compiled(tree, check, vocabulary.runtime().createProgram(tree));
        } catch (CelValidationException unfit) {
            throw new IllegalArgumentException(told(unfit.getErrors()), unfit);
        } catch (CelEvaluationException unfit) {
            throw new IllegalArgumentException(
                    "the condition cannot be planned: " + Quoted.of(String.valueOf(unfit.getMessage())), unfit);
        } catch (IllegalArgumentException told) {
            throw told;
        } catch (RuntimeException | StackOverflowError odd) {
            throw new IllegalArgumentException("the condition cannot be read as an expression", odd);
        }
    }

    private String told(List<CelIssue> issues) {
        StringBuilder text = new StringBuilder("the condition is no fit expression");
        for (CelIssue issue : issues.subList(0, Math.min(TOLD, issues.size()))) {
            text.append("; ").append(at(issue)).append(issue.getMessage());
        }
        if (issues.stream().anyMatch(issue -> issue.getMessage().startsWith("undeclared reference"))) {
            text.append("; known are ").append(String.join(", ", vocabulary.names()));
        }
        return text.toString();
    }

    private static String at(CelIssue issue) {
        int line = issue.getSourceLocation().getLine();
        return line < 1
                ? ""
                : "line " + line + ", column " + (issue.getSourceLocation().getColumn() + 1) + ": ";
    }
}
