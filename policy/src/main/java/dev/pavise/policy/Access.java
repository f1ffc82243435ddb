package dev.pavise.policy;

/**
 * A wish to be decided: who wants what, under which rule.
 *
 * @param rule the id of the route or management path that was matched
 * @param needed the permission that this rule names
 */
public record Access(Principal principal, String rule, Permission needed) {}
