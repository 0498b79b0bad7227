// SPDX-License-Identifier: Apache-2.0
/** Draws pages as PDF, PNG and dots. */
package org.porto.print.render.internal;
