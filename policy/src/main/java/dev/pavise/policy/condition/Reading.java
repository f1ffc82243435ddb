package dev.pavise.policy.condition;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelExpr;
import dev.cel.parser.CelUnparser;
import dev.cel.parser.CelUnparserFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A condition as a person reads it: its parts with their texts, worked out at load so that a refusal costs little. */
final class Reading {
    private static final String AND = "_&&_";
    private static final String OR = "_||_";
    private static final String NOT = "!_";

    private final CelExpr root;
    private final List<CelExpr> parts = new ArrayList<>();
    private final Map<Long, String> texts = new HashMap<>();

    private Reading(CelExpr root) {
        this.root = root;
    }

    static Reading of(CelAbstractSyntaxTree tree) {
        Reading reading = new Reading(tree.getExpr());
        reading.collect(tree.getExpr(), tree, CelUnparserFactory.newUnparser());
        return reading;
    }

    // What is inside a loop has one value in each round, so the loop is the smallest part to tell of.
    private void collect(CelExpr expr, CelAbstractSyntaxTree tree, CelUnparser unparser) {
        switch (expr.getKind()) {
            case CALL -> {
                expr.call().target().ifPresent(target -> collect(target, tree, unparser));
                expr.call().args().forEach(given -> collect(given, tree, unparser));
            }
            case SELECT -> collect(expr.select().operand(), tree, unparser);
            case COMPREHENSION -> collect(expr.comprehension().iterRange(), tree, unparser);
            default -> {}
        }
        if (expr.getKind() != CelExpr.ExprKind.Kind.CONSTANT) {
            parts.add(expr);
            texts.put(expr.id(), text(expr, tree, unparser));
        }
    }

    private static String text(CelExpr expr, CelAbstractSyntaxTree tree, CelUnparser unparser) {
        return unparser.unparse(CelAbstractSyntaxTree.newParsedAst(expr, tree.getSource()));
    }

    /** The parts that were looked at, smallest first, each once. */
    List<Part> parts(Map<Long, String> values) {
        Map<String, String> told = new LinkedHashMap<>();
        for (CelExpr part : parts) {
            String value = values.get(part.id());
            if (value != null) {
                told.putIfAbsent(texts.getOrDefault(part.id(), ""), value);
            }
        }
        List<Part> all = new ArrayList<>();
        told.forEach((text, value) -> all.add(new Part(text, value)));
        return all;
    }

    /** The smallest parts that made the whole false. Their values are left out: a record is no place for what a caller sent. */
    String whyFalse(Map<Long, Boolean> values) {
        List<String> why = new ArrayList<>();
        blame(root, false, values, why);
        return String.join(", ", why);
    }

    private void blame(CelExpr expr, boolean found, Map<Long, Boolean> values, List<String> why) {
        String function =
                expr.getKind() == CelExpr.ExprKind.Kind.CALL ? expr.call().function() : "";
        if (function.equals(NOT)) {
            blame(expr.call().args().getFirst(), !found, values, why);
        } else if (function.equals(AND) || function.equals(OR)) {
            expr.call().args().stream()
                    .filter(part -> is(values.get(part.id()), found))
                    .forEach(part -> blame(part, found, values, why));
        } else {
            why.add("`" + texts.getOrDefault(expr.id(), "") + "` is " + found);
        }
    }

    private static boolean is(@Nullable Boolean value, boolean wanted) {
        return value != null && value == wanted;
    }
}
