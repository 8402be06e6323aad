"""What people do in each state of each process of the simulated council: one module for each subject."""
