// SPDX-License-Identifier: Apache-2.0
package javacard.framework;

/** As in Java Card. */
public interface Shareable {}
