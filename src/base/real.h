/* real.h - the number type of models: float in the tools, double in the gradient tests. */
#ifndef BASE_REAL_H
#define BASE_REAL_H

#ifdef REAL_DOUBLE
typedef double real;
#else
typedef float real;
#endif

#endif
