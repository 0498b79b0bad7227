// SPDX-License-Identifier: Apache-2.0
/** Indicium as text of fixed fields, in the widths of a public 2D mail mark. */
package org.porto.indicium.profile.text.internal;
