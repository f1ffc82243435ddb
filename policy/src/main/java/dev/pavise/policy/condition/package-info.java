/**
 * Conditions of routes in the Common Expression Language: checked when a configuration is loaded, bounded in what a test costs. The only package
 * that knows the library; its classes are loaded where a route has a condition, and not before.
 */
@NullMarked
package dev.pavise.policy.condition;

import org.jspecify.annotations.NullMarked;
