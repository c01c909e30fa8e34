#!/bin/bash
#SBATCH --job-name=fashion
#SBATCH --time=04:00:00
#SBATCH --cpus-per-task=8
#SBATCH --mem=16G
#SBATCH --requeue
#SBATCH --signal=B:USR1@120
#SBATCH --open-mode=append
#SBATCH --output=%x.log

# Two minutes before the time is over the job goes back into the queue, and later goes on where it was.
trap 'scontrol requeue "$SLURM_JOB_ID"' USR1

# The same line starts the run, continues it, and does nothing once it is finished.
srun netspec run spec.yaml --output "runs/$SLURM_JOB_NAME" --resume &

# A signal that is trapped ends a `wait` early.
training=$!
wait "$training"
status=$?
while kill -0 "$training" 2>/dev/null; do
  wait "$training"
  status=$?
done
exit "$status"
